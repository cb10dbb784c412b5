export { VaultScreen } from './vault-screen'
