/** An encapsulated document that is text, such as a CDA: shown as the text that it is. */
import { Loader } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useWriting } from '../use-writing.ts'
import classes from './document.module.css'
import { readDocument, refusalWords } from './read-document.ts'

/** Characters shown: what a browser lays out without halting. */
const SHOWN = 500_000

/** The text of the bytes, in the encoding that they name themselves (a byte order mark, an XML declaration), else UTF-8. */
export function textOfBytes(bytes: Uint8Array): string {
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, 200))
  const named = /^\s*<\?xml[^>]*\bencoding=["']([\w.-]+)["']/.exec(head)?.[1]
  const marked =
    bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : null
  const decode = (encoding: string): string | null => {
    try {
      return new TextDecoder(encoding).decode(bytes)
    } catch {
      return null
    }
  }
  const text = decode(marked ?? named ?? 'utf-8') ?? decode('utf-8') ?? ''
  return text.replace(/\0+$/, '')
}

export function TextPage({ instanceKey }: { instanceKey: number }) {
  const w = useWriting()
  const answer = useQuery({
    queryKey: ['document', instanceKey],
    queryFn: () => readDocument(instanceKey),
    gcTime: 0,
  })
  if (answer.isPending) return <Loader size="sm" m="auto" aria-label={w.t('documents.reading')} />
  if (answer.isError) return <p className={classes.message}>{w.t(refusalWords(answer.error))}</p>
  const text = textOfBytes(answer.data)
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className={classes.page} data-selectable tabIndex={0} aria-label={w.t('documents.cda')}>
      {text.length > SHOWN && <p className={classes.dim}>{w.t('documents.textView.cut')}</p>}
      <pre className={classes.plain}>{text.slice(0, SHOWN)}</pre>
    </section>
  )
}
