import type { NetworkInterfaceInfo } from 'node:os'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { hearNetwork, networksOf } from '#hosts/network-signs'

const address = (text: string): NetworkInterfaceInfo =>
  ({
    address: text,
    family: text.includes(':') ? 'IPv6' : 'IPv4',
    internal: text === '127.0.0.1',
  }) as NetworkInterfaceInfo
const interfaces = (given: Record<string, string[]>) =>
  Object.fromEntries(Object.entries(given).map(([name, list]) => [name, list.map(address)]))

describe('the networks of this machine', () => {
  test('are told by address, and of IPv6 by prefix; loopback and containers do not count', () => {
    const found = networksOf(
      interfaces({
        lo: ['127.0.0.1'],
        wlan0: ['192.168.1.7', '2001:db8:1:2:aaaa::1', '2001:db8:1:2:bbbb::1', 'fe80::1'],
        docker0: ['172.17.0.1'],
        veth12: ['169.254.3.4'],
      }),
    )
    expect([...found]).toEqual(['wlan0 192.168.1.7', 'wlan0 2001:db8:1:2'])
  })
})

describe('a change of network', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  test('is told when one is gone, and not when one is added', () => {
    let now = interfaces({ eth0: ['10.0.0.2'] })
    const told = vi.fn<() => void>()
    const end = hearNetwork(told, () => now, 1000)
    now = interfaces({ eth0: ['10.0.0.2'], wlan0: ['192.168.1.7'] })
    vi.advanceTimersByTime(1000)
    expect(told).not.toHaveBeenCalled()
    now = interfaces({ wlan0: ['192.168.1.7'] })
    vi.advanceTimersByTime(3000)
    expect(told).toHaveBeenCalledTimes(1)
    end()
    now = interfaces({})
    vi.advanceTimersByTime(3000)
    expect(told).toHaveBeenCalledTimes(1)
  })
})
