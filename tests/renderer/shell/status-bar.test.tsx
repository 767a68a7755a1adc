/** The line at the bottom of the window. */
import { fireEvent, screen } from '@testing-library/react'
import { beforeEach, expect, test } from 'vitest'
import type { StationStatus } from '../../../main/contract/station.ts'
import { useConnection } from '../../../renderer/services/connection.ts'
import { StatusBar } from '../../../renderer/shell/status-bar.tsx'
import { answerBy, onScreen, show } from '../program.tsx'

const status: StationStatus = {
  ...{ version: '0.1.0', host: 'headless' },
  receiver: {
    ...{ listening: true, aeTitle: 'ASTREINTE', address: '::', port: 11112 },
    ...{ associations: 1, rate: 42.3, stored: 1, refused: 0 },
  },
  archive: {
    ...{ name: 'REGION', reachable: 'no', fault: 'timed-out', retrieving: 1 },
    outbox: { waiting: 2, sent: 0, archived: 0, failed: 0 },
  },
  cache: { bytes: 0, diskFreeBytes: 61, diskBytes: 100, studies: 1, instances: 1 },
  problems: [{ code: 'disk-full', since: '2026-03-14T02:10:00.000Z', detail: '' }],
}

onScreen()
beforeEach(() => {
  useConnection.setState({ connection: 'open' })
  answerBy({ 'station.status': () => status })
  show(<StatusBar />)
})

test('a figure has its unit, and what is read aloud is what is seen', async () => {
  const receiver = await screen.findByRole('button', { name: /^Receiver ASTREINTE:11112/ })
  expect(receiver.textContent).toContain('receiving, 42 objects/s')
  const archive = screen.getByRole('button', { name: /REGION/ })
  const said = 'does not answer · 2 waiting · 1 retrieval'
  expect([archive.textContent, archive.getAttribute('aria-label')]).toEqual([
    `REGION${said}`,
    expect.stringContaining(said),
  ])
})

test('that something is in danger is seen in the line before it is opened', async () => {
  const button = await screen.findByRole('button', { name: '1 problem' })
  expect(button.querySelector('.tabler-icon-alert-octagon')).toBeTruthy()
})

test('who goes to where a problem is dealt with leaves no panel behind', async () => {
  fireEvent.click(await screen.findByRole('button', { name: '1 problem' }))
  fireEvent.click(await screen.findByRole('button', { name: 'See what takes the space' }))
  await expect.poll(() => screen.queryByRole('button', { name: 'See what takes the space' })).toBe(null)
})
