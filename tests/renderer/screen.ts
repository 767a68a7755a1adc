/** What jsdom lacks and Mantine asks for. */

/** Gives this window a screen that matches no media query and never resizes. */
export function provideScreen(): void {
  globalThis.matchMedia = (media: string) =>
    Object.assign(new EventTarget(), {
      matches: false,
      media,
      onchange: null,
      addListener: () => undefined,
      removeListener: () => undefined,
    }) as MediaQueryList
  globalThis.ResizeObserver = class {
    observe() {}
    unobserve() {}
    disconnect() {}
  }
}
