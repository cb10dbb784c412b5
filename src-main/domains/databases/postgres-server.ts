import { findAddress, openDoor, openTcp, stagesOfServer } from './line'
import { encrypt, signIn } from './postgres-session'
import type { Server } from './server'

/** PostgreSQL: TLS is asked for on the open line, before anything else is said. */
export const postgresServer: Server = {
  async open(target, credentials, { onStage, onNotice = () => {} }) {
    const door = await openDoor(target, credentials)
    onStage?.('name')
    const address = await findAddress(door.host)
    onStage?.('tcp')
    const line = await openTcp(address, door)
    if (door.trust) onStage?.('tls')
    const secured = door.trust ? await encrypt(line, door) : line
    onStage?.('auth')
    return signIn(secured, door, onNotice)
  },
  stages: stagesOfServer,
}
