import { findAddress, openDoor, openTcp, stagesOfServer } from './line'
import { signInToMysql } from './mysql-session'
import type { Server } from './server'

/** MySQL and MariaDB: the server speaks first, so encryption and sign-in are one conversation. */
export const mysqlServer: Server = {
  async open(target, credentials, { onStage }) {
    const door = await openDoor(target, credentials)
    onStage?.('name')
    const address = await findAddress(door.host)
    onStage?.('tcp')
    const line = await openTcp(address, door)
    onStage?.(door.trust ? 'tls' : 'auth')
    return signInToMysql(line, door, {
      reopen: () => openTcp(address, door),
      onSecure: () => onStage?.('auth'),
    })
  },
  stages: stagesOfServer,
}
