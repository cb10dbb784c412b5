// Sources: what each kind of sender means by its bytes, and how it proves that they are its own. Keeps nothing.
export { MOST_BYTES, openBody } from './body'
export { KINDS } from './kinds'
export { type Given, isSame, type Proven } from './proof'
export {
  type Confirmation,
  type Reading,
  type SourceReader,
  type SourceRequest,
  type SourceSignal,
  Unreadable,
} from './source'
