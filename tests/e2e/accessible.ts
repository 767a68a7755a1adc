/** Every screen is held against WCAG 2.2 AA, by what a program can check of it. */
import { AxeBuilder } from '@axe-core/playwright'
import { expect, type Page } from '@playwright/test'

/** Waits until nothing fades or moves any more but what never ends: half faded in, every text is too pale. */
const settled = (page: Page): Promise<void> =>
  expect
    .poll(() =>
      page.evaluate(
        () => document.getAnimations().filter(({ effect }) => effect?.getComputedTiming().endTime !== Infinity).length,
      ),
    )
    .toBe(0)

const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

/** The screen breaks no rule of WCAG 2.2 AA that axe can check. */
export async function expectAccessible(page: Page): Promise<void> {
  await settled(page)
  // In the page itself: axe's other way, for frames of other origins, which no screen has, finishes in a second window of its own.
  const { violations } = await new AxeBuilder({ page })
    .options({ runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'] })
    .setLegacyMode()
    .analyze()
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([])
}
