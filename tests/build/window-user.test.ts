import { expect, test } from 'vitest'
import { windowArguments } from '../../build/app-window.mjs'
import { freeUserId } from '../../build/window-user.mjs'

test('root’s window runs as a number that no account has', () => {
  const passwd = 'root:x:0:0::/root:/bin/sh\nnobody:x:65534:65534::/:/bin/false\nlast:x:65519:1::/:/bin/sh\n'
  expect(freeUserId(passwd)).toBe(65518)
})

test('the browser keeps nothing, and only a sandbox that is impossible is left out', () => {
  const args = windowArguments('/p', 'file:///p/open.html', { withoutSandbox: false })
  expect(args).toEqual(
    expect.arrayContaining([
      '--app=file:///p/open.html',
      '--user-data-dir=/p',
      '--incognito',
      '--disable-background-networking',
    ]),
  )
  expect(args).not.toContain('--no-sandbox')
  expect(windowArguments('/p', 'x', { withoutSandbox: true })).toContain('--no-sandbox')
})
