/** Starting and stopping DICOM peers on free ports of 127.0.0.1. */
import type { ChildProcess } from 'node:child_process'
import { createServer } from 'node:net'
import { dcmtk } from './dcmtk.ts'

/** A port of 127.0.0.1 that nobody listens on now. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (typeof address !== 'object' || !address) throw new Error('no free port')
  return address.port
}

/** Waits until the process answers a C-ECHO; throws when it ends before. */
export async function answersEcho(aeTitle: string, port: number, child: ChildProcess): Promise<void> {
  const deadline = performance.now() + 30_000
  while ((await dcmtk('echoscu', ['-aec', aeTitle, '127.0.0.1', String(port)])).code !== 0) {
    if (child.exitCode !== null || performance.now() > deadline) throw new Error(`${child.spawnfile} did not start`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

/** Ends it by a signal, and waits for the end. */
export async function stopChild(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill(signal)
  await ended
}
