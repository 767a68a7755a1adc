/** Certificates for tests, made by openssl: an authority, what it signed, and a stranger's. */
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

export interface CertificateFiles {
  key: string
  certificate: string
  authorities: string
}

const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: 'ignore' })

/** An authority of its own under `folder`, and a function that signs a certificate for 127.0.0.1; with less than no days it is over. */
export function createAuthority(folder: string, name: string): (who: string, days?: number) => CertificateFiles {
  const authorities = join(folder, `${name}.pem`)
  const authorityKey = join(folder, `${name}.key`)
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  openssl('req', '-x509', ...newKey, '-keyout', authorityKey, '-out', authorities, '-subj', `/CN=${name}`, '-days', '2')
  return (who, days = 2) => {
    const [key, request, certificate, extensions] = ['key', 'csr', 'crt', 'ext'].map((ending) =>
      join(folder, `${name}-${who}.${ending}`),
    ) as [string, string, string, string]
    writeFileSync(extensions, 'subjectAltName=IP:127.0.0.1\n')
    openssl('req', ...newKey, '-keyout', key, '-out', request, '-subj', `/CN=${who}`)
    openssl(
      ...['x509', '-req', '-in', request, '-CA', authorities, '-CAkey', authorityKey, '-CAcreateserial'],
      ...['-out', certificate, '-days', String(days), '-extfile', extensions],
    )
    return { key, certificate, authorities }
  }
}
