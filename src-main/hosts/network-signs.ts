import { networkInterfaces } from 'node:os'

const LOOK_MS = 5_000
/** Made and taken away by containers and virtual machines all the time; nothing of ours goes over them. */
const VIRTUAL = /^(lo|veth|docker|br-|virbr|vmnet|vboxnet|cni|flannel|cali|tap|podman)/

type Interfaces = ReturnType<typeof networkInterfaces>

/** The networks this machine is in: IPv4 addresses, and of IPv6 the prefix, because the rest of it changes by itself. */
export function networksOf(interfaces: Interfaces): Set<string> {
  const networks = new Set<string>()
  for (const [name, addresses] of Object.entries(interfaces))
    for (const { address, family, internal } of addresses ?? []) {
      if (internal || VIRTUAL.test(name) || /^(fe80|169\.254)/i.test(address)) continue
      const prefix = family === 'IPv6' ? address.split(':').slice(0, 4).join(':') : address
      networks.add(`${name} ${prefix}`)
    }
  return networks
}

/** Calls when this machine is no longer in a network that it was in: lines through it may be gone. */
export function hearNetwork(
  listener: () => void,
  look: () => Interfaces = networkInterfaces,
  everyMs: number = LOOK_MS,
): () => void {
  let known = networksOf(look())
  const timer = setInterval(() => {
    const now = networksOf(look())
    const isGone = [...known].some((network) => !now.has(network))
    known = now
    if (isGone) listener()
  }, everyMs)
  timer.unref()
  return () => clearInterval(timer)
}
