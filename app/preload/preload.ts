/**
 * The only script of the shell inside the page: it tells the shell in which language the page is, so that tray, menus and dialogs speak the
 * same. It gives the page nothing: the page reaches its station by HTTP alone.
 */
import { ipcRenderer } from 'electron'

const tell = () => ipcRenderer.send('language', document.documentElement.lang)

window.addEventListener('DOMContentLoaded', () => {
  tell()
  new MutationObserver(tell).observe(document.documentElement, { attributes: true, attributeFilter: ['lang'] })
})
