/** dcmtk's programs as real peers. `TCP_NODELAY=1` because Debian's build leaves Nagle's algorithm on. */
import { execFile, execFileSync } from 'node:child_process'

export interface ToolResult {
  code: number
  output: string
}

/** Whether the program is installed. */
export function hasTool(name: string): boolean {
  try {
    execFileSync('sh', ['-c', `command -v ${name}`], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** Runs a dcmtk program to its end; its output holds stdout and stderr. */
export function dcmtk(name: string, args: readonly string[], timeout = 60_000): Promise<ToolResult> {
  return new Promise((resolve) => {
    execFile(
      name,
      [...args],
      { env: { ...process.env, TCP_NODELAY: '1' }, timeout, maxBuffer: 1 << 28, killSignal: 'SIGKILL' },
      (error, stdout, stderr) => {
        const code = error ? (typeof error.code === 'number' ? error.code : 1) : 0
        resolve({ code, output: `${stdout}${stderr}` })
      },
    )
  })
}

/** `storescu` of files or folders to a station. */
export const storescu = (
  peer: { aeTitle: string; dicomPort: number },
  paths: readonly string[],
  options: readonly string[] = [],
) => dcmtk('storescu', [...options, '-aec', peer.aeTitle, '127.0.0.1', String(peer.dicomPort), '+sd', '+r', ...paths])
