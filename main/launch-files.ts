/**
 * 0600 files of a running station, outside its data folder: the bearer tokens of `/dicom-web` for tools that read and for tools that
 * store, and the address and secret by which a second start of the program asks the first to come forward.
 */
import { readFileSync, rmdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { writeFileDurably } from './security/durable-file.ts'
import { dataFolderId, runtimeFolder, usualRuntimeFolder } from './user-folders.ts'

/** How a second start reaches the first. */
interface Control {
  pid: number
  url: string
  secret: string
}

export interface LaunchFiles {
  readonly tokenFile: string
  readonly storeTokenFile: string
  remove(): void
}

const controlFileIn = (folder: string, dataFolder: string): string =>
  join(folder, `${dataFolderId(dataFolder)}.control.json`)

/** Writes the files for the station that listens at `url`. */
export function writeLaunchFiles(
  dataFolder: string,
  server: { url: string; token: string; storeToken: string; control: string },
): LaunchFiles {
  const folder = runtimeFolder(dataFolder)
  const tokenFile = join(folder, `${dataFolderId(dataFolder)}.token`)
  const storeTokenFile = join(folder, `${dataFolderId(dataFolder)}.store-token`)
  const controlFile = controlFileIn(folder, dataFolder)
  const control: Control = { pid: process.pid, url: server.url, secret: server.control }
  writeFileDurably(tokenFile, Buffer.from(`${server.token}\n`))
  writeFileDurably(storeTokenFile, Buffer.from(`${server.storeToken}\n`))
  writeFileDurably(controlFile, Buffer.from(JSON.stringify(control)))
  return {
    tokenFile,
    storeTokenFile,
    remove() {
      rmSync(tokenFile, { force: true })
      rmSync(storeTokenFile, { force: true })
      rmSync(controlFile, { force: true })
      if (folder !== usualRuntimeFolder(dataFolder)) removeIfEmpty(folder)
    },
  }
}

const removeIfEmpty = (folder: string): void => {
  try {
    rmdirSync(folder)
  } catch {
    // It is gone, or somebody keeps something there.
  }
}

/** What the running station answered. */
export type ShowAnswer = { raised: true } | { raised: false; entry: string }

/**
 * Asks the station that runs on `dataFolder` to show a window; null when none answers (its file is not there, or was left by one that
 * ended).
 */
export async function askRunningStation(dataFolder: string): Promise<ShowAnswer | null> {
  try {
    const folder = usualRuntimeFolder(dataFolder)
    // A folder of one launch is known to that launch alone.
    if (folder === null) return null
    const file = controlFileIn(folder, dataFolder)
    const { url, secret } = JSON.parse(readFileSync(file, 'utf8')) as Control
    const answer = await fetch(`${url}/control/show`, {
      method: 'POST',
      headers: { 'x-astreinte-control': secret },
      signal: AbortSignal.timeout(3_000),
    })
    return answer.ok ? ((await answer.json()) as ShowAnswer) : null
  } catch {
    return null
  }
}
