/** Electron's `utilityProcess` as a Node child process. */
import { type ChildProcess, fork } from 'node:child_process'
import { EventEmitter } from 'node:events'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const preload = pathToFileURL(join(import.meta.dirname, 'parent-port.ts')).href

class UtilityProcess extends EventEmitter {
  private readonly child: ChildProcess
  constructor(modulePath: string, args: string[], options: { env?: NodeJS.ProcessEnv }) {
    super()
    this.child = fork(modulePath, args, {
      execArgv: ['--import', preload],
      serialization: 'advanced',
      ...(options.env ? { env: options.env } : {}),
    })
    this.child.once('spawn', () => this.emit('spawn'))
    this.child.on('message', (message) => this.emit('message', message))
    this.child.once('exit', (code) => this.emit('exit', code ?? 1))
  }
  get pid(): number | undefined {
    return this.child.pid
  }
  postMessage(message: unknown): void {
    if (this.child.connected) this.child.send(message as object, () => undefined)
  }
  kill(): boolean {
    return this.child.kill()
  }
}

/** Every process forked so far, for tests that kill one. */
export const forked: UtilityProcess[] = []

export const utilityProcess = {
  fork(modulePath: string, args: string[] = [], options: { env?: NodeJS.ProcessEnv } = {}): UtilityProcess {
    const made = new UtilityProcess(modulePath, args, options)
    forked.push(made)
    return made
  },
}
