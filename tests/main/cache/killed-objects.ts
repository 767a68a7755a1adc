/** Which object a number stands for, for the process that is killed and for the test that looks for its objects afterwards. */
export const killedObject = (number: number) => ({
  study: 1 + (number % 3),
  series: 1,
  instance: number,
  rows: 16 + (number % 7) * 48,
})
