/** Preloaded into a forked "utility process": gives it the `process.parentPort` that Electron gives, over Node's own channel. */
import { EventEmitter } from 'node:events'

const port = Object.assign(new EventEmitter(), { postMessage: (message: unknown) => process.send?.(message) })
process.on('message', (data) => port.emit('message', { data }))
// Electron ends its utility processes with itself.
process.on('disconnect', () => process.exit())
Object.assign(process, { parentPort: port })
