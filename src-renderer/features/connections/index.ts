export { ConnectionsScreen } from './connections-screen'
