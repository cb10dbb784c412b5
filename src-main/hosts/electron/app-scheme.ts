import type { CustomScheme, Protocol } from 'electron'
import type { Assets } from '#hosts/assets'
import { securityHeaders } from '#hosts/headers'
import { isOwnUrl, SCHEME } from './origin'

/** Told to Electron before it is ready. */
export const appScheme: CustomScheme = {
  scheme: SCHEME,
  privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true },
}

/** Gives the built interface to its own windows; nothing outside of its folder, and nothing but reading. */
export function serveInterface(protocol: Pick<Protocol, 'handle'>, assets: Assets): void {
  protocol.handle(SCHEME, async ({ url, method }) => {
    const headers = securityHeaders()
    if (!isOwnUrl(url) || (method !== 'GET' && method !== 'HEAD'))
      return new Response(null, { status: 403, headers })
    const asset = await assets.find(new URL(url).pathname)
    if (!asset) return new Response(null, { status: 404, headers })
    return new Response(method === 'HEAD' ? null : asset.body, {
      headers: { ...headers, 'Content-Type': asset.type, 'Cache-Control': asset.cacheControl },
    })
  })
}
