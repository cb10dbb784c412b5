/** The two doors of the first start; later reached from empty states. */
export { FirstStartScreen } from './first-start-screen'
