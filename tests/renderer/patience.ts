/** Lets every test of a screen wait for what must come: Testing Library alone would give up after a second. */
import { configure } from '@testing-library/react'

configure({ asyncUtilTimeout: 120_000 })
