/** The presenter's controls while the demo watch is on. */
export { DemoBar } from './demo-bar'
