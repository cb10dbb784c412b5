/** The list of tickets and the one that is being worked on. */
export { InboxScreen } from './inbox-screen'
