// Sources: what each kind of sender means by its bytes, and how it proves that they are its own. Keeps nothing.
export { LARGEST_BODY_BYTES, MOST_BYTES, openBody } from './body'
export { KINDS } from './kinds'
export { PULLED } from './pulled'
export { hashedToken, isSame } from './proof'
export { type Confirmation, type Reading, type SourceRequest, Unreadable } from './source'
