/** Signs the shell's session in at the station: the one-time code becomes the cookie, which never stands on a command line or in a file. */
import type { Session } from 'electron'

/** Spends the code of `entry`, gives `session` the cookie and returns the station's origin. Throws when the station refuses. */
export async function signIn(session: Session, entry: string): Promise<string> {
  const { origin, hash } = new URL(entry)
  const answer = await fetch(`${origin}/enter`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin },
    body: JSON.stringify({ code: hash.slice(1) }),
  })
  const [pair = ''] = (answer.headers.getSetCookie()[0] ?? '').split(';')
  const [name = '', value = ''] = pair.split('=')
  if (!answer.ok || !name || !value) throw new Error(`the station refused its own window (${answer.status})`)
  await session.cookies.set({ url: origin, name, value, path: '/', httpOnly: true, sameSite: 'strict' })
  return origin
}
