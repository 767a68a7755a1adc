/** The icon in the notification area: says whether the station receives, opens the window, quits. */
import { Menu, nativeImage, Tray } from 'electron'
import type { Words } from '../words.ts'

export interface StationTray {
  /** `receiver` is `AE@host:port`; null while the station does not receive. */
  update(words: Words, receiver: string | null): void
}

/** Puts the icon there; its words come with the first update. */
export function createTray(icon: string, actions: { open(): void; quit(): void }): StationTray {
  const tray = new Tray(nativeImage.createFromPath(icon))
  tray.on('click', actions.open)
  return {
    update(words, receiver) {
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
    },
  }
}
