import { connectorSuite, openWorld } from './connector.suite'

connectorSuite('local', async () => {
  const world = await openWorld()
  const connection = (await world.connections.resolve('local'))!
  return { world, connection, close: world.close }
})
