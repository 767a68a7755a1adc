/** The window's menu: what the system expects of a program; everything else is in the window. */
import { Menu, type MenuItemConstructorOptions } from 'electron'
import type { Words } from '../words.ts'

/** Sets the menu, with the words of `words`. */
export function setApplicationMenu(words: Words, options: { quit(): void; hasDevTools: boolean }): void {
  const quit: MenuItemConstructorOptions = { label: words.quit, accelerator: 'CommandOrControl+Q', click: options.quit }
  const template: MenuItemConstructorOptions[] = [
    { label: 'Astreinte', submenu: [{ role: 'close' }, { type: 'separator' }, quit] },
    {
      label: words.edit,
      submenu: [
        { role: 'undo' },
        { role: 'redo' },
        { type: 'separator' },
        { role: 'cut' },
        { role: 'copy' },
        { role: 'paste' },
        { role: 'selectAll' },
      ],
    },
    {
      label: words.view,
      submenu: [
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { role: 'togglefullscreen' },
        ...(options.hasDevTools ? ([{ role: 'toggleDevTools' }] as const) : []),
      ],
    },
  ]
  Menu.setApplicationMenu(Menu.buildFromTemplate(template))
}
