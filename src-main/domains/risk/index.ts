// Owns how far an action reaches, told by parsing it. It never runs, resolves or remembers anything.
export { classify } from './classify'
export { commandsOf } from './commands'
export { worst } from './assessment'
export type { Assessment, Classify } from './assessment'
