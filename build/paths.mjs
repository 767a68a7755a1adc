/** Where things are, for the scripts of this folder. Those that `npm start` and `npm test` begin with run on any Node ≥ 20 and import no package. */
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The project's folder. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)))
/** Where stamps, profiles of the tools and compiled code are kept between runs; may be deleted at any time. */
export const cacheFolder = join(root, '.cache')
/** The Node that the project pins, once installed. */
export const projectNode = join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
