/** Speaks to a running window over two pipes that only this process holds (Chrome DevTools Protocol): raises it, or leads it elsewhere. */

const answersWithin = 3000

/**
 * @typedef {object} DevtoolsPipe
 * @property {() => Promise<void>} raise brings the first page forward
 * @property {(address: string) => Promise<void>} open leads the first page to `address`
 */

/**
 * @param {import('node:stream').Writable} toBrowser
 * @param {import('node:stream').Readable} fromBrowser
 * @returns {DevtoolsPipe}
 */
export function createDevtoolsPipe(toBrowser, fromBrowser) {
  let lastId = 0
  let received = ''
  /** @type {Map<number, (answer: any) => void>} */
  const waiting = new Map()
  toBrowser.on('error', () => {})
  fromBrowser.on('error', () => {})
  fromBrowser.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
    const messages = (received + text).split('\0')
    received = messages.pop() ?? ''
    for (const message of messages.map((item) => JSON.parse(item))) waiting.get(message.id)?.(message)
  })

  /** @param {string} method @param {object} [params] @param {string} [sessionId] @returns {Promise<any>} */
  const send = (method, params = {}, sessionId) =>
    new Promise((resolve, reject) => {
      const id = ++lastId
      const timer = setTimeout(() => waiting.get(id)?.({ error: { message: 'no answer' } }), answersWithin)
      waiting.set(id, ({ error, result }) => {
        clearTimeout(timer)
        waiting.delete(id)
        if (error) reject(new Error(`${method}: ${error.message}`))
        else resolve(result)
      })
      toBrowser.write(`${JSON.stringify({ id, method, params, ...(sessionId ? { sessionId } : {}) })}\0`)
    })

  const firstPage = async () => {
    const { targetInfos } = await send('Target.getTargets')
    const page = targetInfos.find((/** @type {{ type: string }} */ target) => target.type === 'page')
    if (!page) throw new Error('the window has no page')
    return page.targetId
  }
  /** @param {string} method @param {object} [params] */
  const onPage = async (method, params) => {
    const targetId = await firstPage()
    const { sessionId } = await send('Target.attachToTarget', { targetId, flatten: true })
    await send(method, params, sessionId)
    await send('Target.detachFromTarget', { sessionId })
  }
  return {
    raise: () => onPage('Page.bringToFront'),
    open: (address) => onPage('Page.navigate', { url: address }),
  }
}
