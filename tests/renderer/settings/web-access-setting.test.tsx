/** What is said of DICOMweb for other machines. */
import { fireEvent, screen } from '@testing-library/react'
import { beforeEach, expect, test } from 'vitest'
import type { WebAccessState } from '../../../main/contract/web-access.ts'
import { WebAccessSetting } from '../../../renderer/settings/web-access-setting.tsx'
import { WebClientsSetting } from '../../../renderer/settings/web-clients-setting.tsx'
import { servingWebAccess } from '../../helpers/sample-web-access.ts'
import { answerBy, onScreen, show } from '../program.tsx'

let state: WebAccessState = servingWebAccess
onScreen()
beforeEach(() => {
  const [client] = servingWebAccess.clients
  answerBy({
    'webAccess.state': () => state,
    'webAccess.addClient': () => ({ kind: 'added', client, secret: 'shown-only-once' }),
    'network.addresses': () => ['192.0.2.7', '2001:db8::7'],
  })
})

test.each([
  ['::', 'Listening: https://192.0.2.7:8443/dicom-web, https://[2001:db8::7]:8443/dicom-web'],
  ['192.0.2.9', 'Listening: https://192.0.2.9:8443/dicom-web'],
])('a listener on %s is told by addresses that a client can be given', async (address, expected) => {
  state = { ...servingWebAccess, listening: { address, port: 8443 } }
  show(<WebAccessSetting />)
  expect(await screen.findByText(expected)).toBeTruthy()
})

test('the secret of a new client takes the focus that its form had, so that the keyboard goes on there', async () => {
  state = servingWebAccess
  show(<WebClientsSetting />)
  const add = await screen.findByRole('button', { name: 'Add a client' })
  await expect.poll(() => add.hasAttribute('disabled')).toBe(false)
  fireEvent.click(add)
  fireEvent.change(screen.getByLabelText('Name of the client'), { target: { value: 'OHIF' } })
  fireEvent.submit(screen.getByRole('form'))
  const secret = await screen.findByText('shown-only-once')
  const hasFocus = () => document.activeElement !== document.body && document.activeElement?.contains(secret)
  await expect.poll(hasFocus).toBe(true)
})
