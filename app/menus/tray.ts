/** The icon in the notification area: says whether the station receives, opens the window, quits. */
import { Menu, nativeImage, Tray } from 'electron'
import type { Words } from '../words.ts'

export interface TrayState {
  words: Words
  /** `AE@host:port`; null while the station does not receive. */
  receiver: string | null
}

export interface StationTray {
  update(state: TrayState): void
}

/** Puts the icon there. */
export function createTray(icon: string, actions: { open(): void; quit(): void }, first: TrayState): StationTray {
  const tray = new Tray(nativeImage.createFromPath(icon))
  tray.on('click', actions.open)
  const update = ({ words, receiver }: TrayState) => {
    const line = receiver ? words.receives(receiver) : words.doesNotReceive
    tray.setToolTip(`Astreinte: ${line}`)
    tray.setContextMenu(
      Menu.buildFromTemplate([
        { label: words.open, click: actions.open },
        { label: line, enabled: false },
        { type: 'separator' },
        { label: words.quit, click: actions.quit },
      ]),
    )
  }
  update(first)
  return { update }
}
