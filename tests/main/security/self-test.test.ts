import { expect, it } from 'vitest'
import { runSelfTest } from '../../../main/security/self-test.ts'

it('passes on the cryptography of this Node', () => {
  expect(runSelfTest).not.toThrow()
})
