/** Judges what dependency-cruiser saw: its violations, and that it saw every source file (it passes when it is blind). */

/**
 * @typedef {object} Cruise the part of dependency-cruiser's JSON that is read
 * @property {{ source: string }[]} modules
 * @property {{ violations: { from: string, to: string, rule: { name: string } }[] }} summary
 */

/**
 * All problems, one line each; empty when the layers hold.
 * @param {Cruise} cruise
 * @param {readonly string[]} sources every source file, relative with forward slashes
 * @returns {string[]}
 */
export function layerProblems(cruise, sources) {
  const seen = new Set(cruise.modules.map((module) => module.source))
  const unseen = sources.filter((source) => !seen.has(source))
  return [
    ...cruise.summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`),
    ...unseen.map((source) => `not looked at by dependency-cruiser: ${source}`),
    ...(sources.length === 0 ? ['no source file was found'] : []),
  ]
}
