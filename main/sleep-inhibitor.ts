/** Holds off the computer's sleep by the system's own tool, where there is one: for hosts without Electron. */
import { type ChildProcess, spawn } from 'node:child_process'

/** ms that sleep stays held off after the last reason ended: associations come in rows. */
const LINGER = 30_000

const tools: Partial<Record<NodeJS.Platform, [command: string, args: (reason: string) => string[]]>> = {
  linux: [
    'systemd-inhibit',
    (reason) => ['--what=sleep:idle', '--who=Astreinte', `--why=${reason}`, '--mode=block', 'sleep', 'infinity'],
  ],
  darwin: ['caffeinate', () => ['-i', '-w', String(process.pid)]],
}

let reasons = 0
let running: ChildProcess | null = null
let ending: NodeJS.Timeout | null = null

function hold(reason: string): void {
  if (ending) clearTimeout(ending)
  ending = null
  const tool = tools[process.platform]
  if (running || !tool) return
  const [command, args] = tool
  const child = spawn(command, args(reason), { stdio: 'ignore' })
  const gone = () => {
    if (running === child) running = null
  }
  child.on('error', gone)
  child.on('exit', gone)
  child.unref()
  running = child
}

function release(): void {
  ending = setTimeout(() => {
    running?.kill()
    running = null
  }, LINGER)
  ending.unref()
}

process.on('exit', () => running?.kill())

/** Holds off sleep until the returned function is called; does nothing where the system has no tool for it. */
export function preventSleep(reason: string): () => void {
  reasons += 1
  hold(reason)
  let isHeld = true
  return () => {
    if (!isHeld) return
    isHeld = false
    reasons -= 1
    if (reasons === 0) release()
  }
}
