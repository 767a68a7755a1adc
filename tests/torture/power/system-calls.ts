/** What a program asked of the file system, call by call, threads and SQLite included: recorded by strace (Linux), read from its output. */
import { spawn } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'

/** One system call; `strings` are its texts and data, `numbers` the descriptors and figures among its arguments, in order. */
export interface SystemCall {
  name: string
  strings: Buffer[]
  /** Arguments without the strings' contents. */
  text: string
  result: number
}

/** A call begins, and ends: between the two others may begin and end. */
export interface Step {
  at: 'begin' | 'end'
  call: SystemCall
}

const CALLS = [
  ...['openat', 'open', 'creat', 'close', 'dup', 'lseek'],
  ...['write', 'pwrite64', 'writev', 'pwritev', 'pwritev2', 'copy_file_range', 'sendfile'],
  ...['ftruncate', 'truncate', 'fallocate', 'fsync', 'fdatasync', 'sync_file_range'],
  ...['rename', 'renameat', 'renameat2', 'link', 'linkat', 'unlink', 'unlinkat', 'rmdir', 'mkdir', 'mkdirat'],
]
const MAX_STRING = 16 * 1024 * 1024

/** Runs a program to its end, however that comes, and tells what it asked of the file system. */
export async function recordSystemCalls(command: readonly string[], traceFile: string): Promise<Step[]> {
  const options = ['-f', '--seccomp-bpf', '-qq', '-xx', '-s', String(MAX_STRING), '-o', traceFile]
  const child = spawn('strace', [...options, '-e', `trace=${CALLS.join(',')}`, '--', ...command], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let errors = ''
  child.stderr.on('data', (chunk) => {
    errors += chunk
  })
  const [code, signal] = await new Promise<[number | null, string | null]>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (...end) => resolve(end))
  })
  if (code !== 0 && signal !== 'SIGKILL' && code !== 137)
    throw new Error(`${command.join(' ')} ended with ${code}:\n${errors}`)
  try {
    return parseTrace(readFileSync(traceFile, 'latin1'))
  } finally {
    rmSync(traceFile)
  }
}

/** Reads strace's output, written with `-f -xx`. */
export function parseTrace(trace: string): Step[] {
  const steps: Step[] = []
  const begun = new Map<string, { step: Step; text: string }>()
  for (const line of trace.split('\n')) {
    const [, thread = '', rest = ''] = /^(\d+) +(.*)$/s.exec(line) ?? []
    const resumed = /^<\.\.\. (\w+) resumed>(.*)$/s.exec(rest)
    const before = begun.get(thread)
    if (resumed && before) {
      begun.delete(thread)
      Object.assign(before.step.call, callOf(before.text + resumed[2]))
      steps.push({ at: 'end', call: before.step.call })
    } else if (/^\w+\(/.test(rest)) {
      const isUnfinished = rest.endsWith('<unfinished ...>')
      const text = isUnfinished ? rest.slice(0, -'<unfinished ...>'.length) : rest
      const step: Step = { at: 'begin', call: callOf(text) }
      steps.push(step)
      if (isUnfinished) begun.set(thread, { step, text })
      else steps.push({ at: 'end', call: step.call })
    }
  }
  return steps
}

const STRING = /"((?:\\x[0-9a-f]{2})*)"(\.\.\.)?/g

function callOf(line: string): SystemCall {
  const strings: Buffer[] = []
  const bare = line.replace(STRING, (_, hex: string, isCut: string | undefined) => {
    if (isCut) throw new Error('a string was cut in the trace')
    strings.push(Buffer.from(hex.replaceAll('\\x', ''), 'hex'))
    return '"'
  })
  const [, name = '', text = ''] = /^(\w+)\((.*)$/s.exec(bare) ?? []
  const result = /\)\s+= (-?\d+)/.exec(bare)
  return { name, strings, text: text.replace(/\)\s+= .*$/s, '').trim(), result: Number(result?.[1] ?? Number.NaN) }
}
