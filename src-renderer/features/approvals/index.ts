/** The queue of actions that wait for a person's answer, and the card each answer is given on. */
export { ApprovalsScreen } from './approvals-screen'
