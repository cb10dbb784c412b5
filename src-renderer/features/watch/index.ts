/** The home of a shift: what needs the operator, what is in hand, how it goes, and what comes in. */
export { WatchScreen } from './watch-screen'
