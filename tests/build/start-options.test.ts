import { describe, expect, test } from 'vitest'
import { parseStartOptions } from '../../build/start-options.mjs'

describe('the options of npm start', () => {
  test('open a window on the usual data folder when none is given', () => {
    expect(parseStartOptions([])).toEqual({ help: false, window: true, retryElectron: false, forwarded: [] })
  })

  test('forward folder and ports to the station as given', () => {
    const args = ['--no-window', '--electron', '--data', 'a b', '--dicom-port', '0', '--http-port=8080']
    expect(parseStartOptions(args)).toEqual({
      help: false,
      window: false,
      retryElectron: true,
      forwarded: ['--data', 'a b', '--dicom-port', '0', '--http-port', '8080'],
    })
  })

  test.each([
    [['--dicom-port', '65536'], '--dicom-port'],
    [['--http-port', 'x'], '--http-port'],
    [['--data='], '--data'],
    [['--windowless'], '--windowless'],
    [['folder'], 'folder'],
    [['scan.dcm', '--no-window'], 'Import them in the workstation'],
  ])('refuse %j in words that name what is wrong', (args, named) => {
    expect(() => parseStartOptions(args)).toThrow(named)
  })
})
