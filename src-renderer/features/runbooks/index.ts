export { RunbooksScreen } from './runbooks-screen'
