import { readFile, realpath, stat } from 'node:fs/promises'
import { extname, isAbsolute, join, relative, sep } from 'node:path'

/** One file of the built interface. */
interface Asset {
  readonly type: string
  /** `no-store` for the page itself, for ever for files that carry a hash in their name. */
  readonly cacheControl: string
  readonly body: Buffer<ArrayBuffer>
}

/** The built interface as files to serve. The only way from an address to a file, in both hosts. */
export interface Assets {
  /** `pathname` as it stands in the address, percent signs and all. Undefined when there is no such file. */
  find(pathname: string): Promise<Asset | undefined>
}

/** What may be served, by ending. A file with another ending does not exist. */
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
}
const PAGE = 'index.html'
const HASHED = /^\/assets\/.*-[\w-]{8,}\.\w+$/

/** Serves nothing outside of `folder`, whatever links lie in it. An address without a dot is a route: it gets the page. */
export function createAssets(folder: string): Assets {
  let root: Promise<string> | undefined
  return {
    async find(pathname) {
      const path = decodePath(pathname)
      if (path === undefined) return undefined
      const isRoute = !path.slice(path.lastIndexOf('/')).includes('.')
      const name = isRoute ? `/${PAGE}` : path
      const type = TYPES[extname(name).toLowerCase()]
      if (type === undefined) return undefined
      root ??= realpath(folder)
      const file = await findInside(await root, name)
      if (file === undefined) return undefined
      return {
        type,
        cacheControl: HASHED.test(name) ? 'public, max-age=31536000, immutable' : 'no-store',
        body: await readFile(file),
      }
    },
  }
}

/** Undefined for anything that is not a plain absolute path: control characters, backslashes, dots that climb or hide. */
function decodePath(pathname: string): string | undefined {
  let path: string
  try {
    path = decodeURIComponent(pathname)
  } catch {
    return undefined
  }
  // oxlint-disable-next-line no-control-regex -- naming the refused control characters is the point
  const isPlain = path.startsWith('/') && !/[\u0000-\u001F\u007F\\:]/.test(path)
  const hides = path.split('/').some((part) => part.startsWith('.'))
  return isPlain && !hides ? path : undefined
}

async function findInside(root: string, name: string): Promise<string | undefined> {
  try {
    const file = await realpath(join(root, name))
    const inside = relative(root, file)
    const isInside =
      inside !== '' && !inside.startsWith(`..${sep}`) && inside !== '..' && !isAbsolute(inside)
    return isInside && (await stat(file)).isFile() ? file : undefined
  } catch (error) {
    if (error instanceof Error && 'code' in error) return undefined // not there, or not ours to read
    throw error
  }
}
