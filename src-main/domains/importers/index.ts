// Foreign runbooks read into our format, with a report of what could not be carried over. Runs nothing.
export { importRunbook } from './import-runbook'
