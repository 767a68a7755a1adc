import { describe, expect, it } from 'vitest'
import { NOTICE_VERSION } from '../../main/contract/notice.ts'
import { firstOpenStep, stepsFor } from '../../renderer/first-run/steps.ts'

const accepted = { version: NOTICE_VERSION, at: '2026-01-01T00:00:00Z' }

describe('the first run', () => {
  it('begins with the language and goes on after what was done', () => {
    expect([
      firstOpenStep({ firstRunDone: false, noticeAccepted: null }, false),
      firstOpenStep({ firstRunDone: false, noticeAccepted: accepted }, false),
      firstOpenStep({ firstRunDone: false, noticeAccepted: accepted }, true),
    ]).toEqual(['language', 'recovery', 'network'])
  })
  it('asks for the notice alone when a new version of it is there', () => {
    const settings = { firstRunDone: true, noticeAccepted: { ...accepted, version: NOTICE_VERSION - 1 } }
    expect([firstOpenStep(settings, true), stepsFor(settings)]).toEqual(['notice', ['notice']])
  })
})
