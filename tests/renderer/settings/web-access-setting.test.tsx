/** What is said of DICOMweb for other machines. */
import { MantineProvider } from '@mantine/core'
import { QueryClientProvider } from '@tanstack/react-query'
import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { WebAccessState } from '../../../main/contract/web-access.ts'
import { queryClient } from '../../../renderer/services/client.ts'
import { speak } from '../../../renderer/services/i18n.ts'
import { WebAccessSetting } from '../../../renderer/settings/web-access-setting.tsx'
import { WebClientsSetting } from '../../../renderer/settings/web-clients-setting.tsx'
import { servingWebAccess } from '../../helpers/sample-web-access.ts'
import { provideScreen } from '../screen.ts'

// Screens are rendered anew, and answers waited for: seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000 })
const patient = { timeout: 20_000 }

const before = globalThis.fetch
let state: WebAccessState = servingWebAccess
beforeEach(() => {
  provideScreen()
  speak('en')
  const [client] = servingWebAccess.clients
  const answers: Record<string, () => unknown> = {
    'webAccess.state': () => state,
    'webAccess.addClient': () => ({ kind: 'added', client, secret: 'shown-only-once' }),
    'network.addresses': () => ['192.0.2.7', '2001:db8::7'],
  }
  globalThis.fetch = async (input) => {
    const names = new URL(String(input), 'http://station').pathname.replace('/call/', '').split(',')
    return new Response(JSON.stringify(names.map((name) => ({ result: { data: answers[name]?.() ?? null } }))))
  }
})
afterEach(() => {
  cleanup()
  queryClient.clear()
  globalThis.fetch = before
})

const show = (setting: 'access' | 'clients') =>
  render(
    <MantineProvider>
      <QueryClientProvider client={queryClient}>
        {setting === 'access' ? <WebAccessSetting /> : <WebClientsSetting />}
      </QueryClientProvider>
    </MantineProvider>,
  )

test.each([
  ['::', 'Listening: https://192.0.2.7:8443/dicom-web, https://[2001:db8::7]:8443/dicom-web'],
  ['192.0.2.9', 'Listening: https://192.0.2.9:8443/dicom-web'],
])('a listener on %s is told by addresses that a client can be given', async (address, expected) => {
  state = { ...servingWebAccess, listening: { address, port: 8443 } }
  show('access')
  expect(await screen.findByText(expected, {}, patient)).toBeTruthy()
})

test('the secret of a new client takes the focus that its form had, so that the keyboard goes on there', async () => {
  state = servingWebAccess
  show('clients')
  const add = await screen.findByRole('button', { name: 'Add a client' }, patient)
  await expect.poll(() => add.hasAttribute('disabled'), patient).toBe(false)
  fireEvent.click(add)
  fireEvent.change(screen.getByLabelText('Name of the client'), { target: { value: 'OHIF' } })
  fireEvent.submit(screen.getByRole('form'))
  const secret = await screen.findByText('shown-only-once', {}, patient)
  const hasFocus = () => document.activeElement !== document.body && document.activeElement?.contains(secret)
  await expect.poll(hasFocus, patient).toBe(true)
})
