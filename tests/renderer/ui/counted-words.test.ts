import { describe, expect, it } from 'vitest'
import { speak, words } from '../../../renderer/services/i18n.ts'

/** As the screens ask: the count for the form, the number as it is written. */
const said = (key: string, count: number) => words.t(key, { count, number: String(count), displayable: String(count) })

describe('words beside a number', () => {
  it.each([
    ['common:outbox.sent', 1, 'envoyé'],
    ['common:outbox.sent', 3, 'envoyés'],
    ['archive:outbox.counts.archived', 0, '0 archivé'],
    ['archive:outbox.counts.archived', 2, '2 archivés'],
    ['import:taking.stored', 1, '1 ajouté'],
    ['import:taking.duplicate', 2, '2 déjà présents'],
    ['studies:series.displayable', 1, '1 affichable'],
    ['import:taking.andMore', 1, 'et 1 autre'],
    ['shell:status.receiving', 1.5, 'réception, 1.5 objet/s'],
    ['shell:receiver.refusedCount', 0, '0 refusé'],
    ['common:objects', 1, '1 objet'],
  ])('%s of %i agree with it in French', (key, count, expected) => {
    speak('fr')
    expect(said(key, count)).toBe(expected)
  })
})
