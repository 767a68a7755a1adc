import { describe, expect, it } from 'vitest'
import { readWorkspace } from '../../../renderer/services/workspace.ts'

describe('a saved workspace', () => {
  it('comes back as it was', () => {
    const state = { screen: { name: 'reading', StudyInstanceUID: '1.2.3' }, kept: { studies: '{}' } }
    expect(readWorkspace(JSON.stringify(state))).toEqual(state)
  })
  it.each(['', 'null', '[]', '{"screen":{"name":"elsewhere"}}', '{"screen":{"name":"reading"}}', '{"kept":{"a":1}}'])(
    'that holds %s changes nothing',
    (text) => {
      expect(readWorkspace(text)).toEqual({})
    },
  )
})
