/**
 * As root, the window runs as a user who owns nothing: a number without an account, so that no other program runs as it. Its folder is
 * handed over to it, the display is opened to it by a copy of the X cookie, the graphics card by the card's own group.
 */
import { chownSync, copyFileSync, existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** Range that systemd keeps for users without an account ("DynamicUser"). */
const firstId = 61184
const lastId = 65519

/** @typedef {{ uid: number, gid: number }} WindowUser */

/**
 * The highest number of the range that no account has.
 * @param {string} passwd content of /etc/passwd
 * @returns {number}
 */
export function freeUserId(passwd) {
  const taken = new Set(passwd.split('\n').map((line) => Number(line.split(':')[2])))
  let id = lastId
  while (taken.has(id) && id > firstId) id--
  return id
}

/** @returns {number | null} group that may use the graphics card */
const graphicsGroup = () => (existsSync('/dev/dri/renderD128') ? statSync('/dev/dri/renderD128').gid : null)

/**
 * Who shows the window: null for "the user who started this"; a number without an account when that is root.
 * @param {boolean} root
 * @returns {WindowUser | null}
 */
export function windowUser(root) {
  if (!root || process.platform !== 'linux') return null
  const uid = freeUserId(readFileSync('/etc/passwd', 'utf8'))
  const group = graphicsGroup()
  return { uid, gid: group && group > 0 ? group : uid }
}

/**
 * The environment in which the window of `user` finds the display and nothing of root's.
 * @param {WindowUser} user
 * @param {string} folder private folder of that user
 * @param {NodeJS.ProcessEnv} env
 * @returns {NodeJS.ProcessEnv}
 */
export function environmentOf(user, folder, env) {
  const kept = ['PATH', 'LANG', 'LANGUAGE', 'LC_ALL', 'TZ', 'DISPLAY']
  const cookie = env.XAUTHORITY ?? join(env.HOME ?? '/root', '.Xauthority')
  const ownCookie = join(folder, 'Xauthority')
  if (existsSync(cookie)) {
    copyFileSync(cookie, ownCookie)
    chownSync(ownCookie, user.uid, user.gid)
  }
  return {
    ...Object.fromEntries(kept.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]]))),
    HOME: folder,
    XDG_RUNTIME_DIR: folder,
    ...(existsSync(ownCookie) ? { XAUTHORITY: ownCookie } : {}),
  }
}
