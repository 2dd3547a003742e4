// Between the Storage clients and lite's Storage routes: what the clients send and lite does not
// read, and what lite answers under another name than hosted's Storage (supabase/storage).
const units = { b: 1, kb: 1e3, kib: 2 ** 10, mb: 1e6, mib: 2 ** 20, gb: 1e9, gib: 2 ** 30 }

/** Answer one request through lite's `app`. */
export async function answerStorage(app, request) {
  const { pathname } = new URL(request.url)
  const type = request.headers.get('content-type') ?? ''
  if (pathname.startsWith('/storage/v1/object/') && type.startsWith('multipart/form-data')) {
    request = await withoutForm(request)
  } else if (/^\/storage\/v1\/bucket(\/|$)/.test(pathname) && type.startsWith('application/json')) {
    request = await withBytes(request)
  }
  const response = await app.fetch(request)
  return /^\/storage\/v1\/object\/(upload\/)?sign\//.test(pathname) && request.method === 'POST'
    ? withSignedNames(response)
    : response
}

/** supabase-js names a form's file "" and lite looks for "file": send the file itself instead. */
async function withoutForm(request) {
  const form = await request.formData()
  const file = [...form.values()].find((value) => value instanceof Blob)
  if (!file) return new Request(request.url, { method: request.method, headers: request.headers })
  const headers = new Headers(request.headers)
  headers.set('content-type', file.type || 'application/octet-stream')
  headers.set('content-length', String(file.size))
  const seconds = form.get('cacheControl')
  if (seconds) headers.set('cache-control', `max-age=${seconds}`)
  return new Request(request.url, { method: request.method, headers, body: file, duplex: 'half' })
}

/** A bucket's limit may be text, "1MB"; lite takes bytes. */
async function withBytes(request) {
  const text = await request.text()
  const init = { method: request.method, headers: new Headers(request.headers) }
  init.headers.delete('content-length')
  try {
    const body = JSON.parse(text)
    const size = /^(\d+(?:\.\d+)?)\s*(B|KB|KiB|MB|MiB|GB|GiB)$/i.exec(body.file_size_limit)
    if (size) body.file_size_limit = Math.floor(size[1] * units[size[2].toLowerCase()])
    // "No limit" and "any type" are null to the clients, absent to lite.
    for (const key of ['file_size_limit', 'allowed_mime_types']) {
      if (body[key] === null) delete body[key]
    }
    return new Request(request.url, { ...init, body: JSON.stringify(body) })
  } catch {
    return new Request(request.url, { ...init, body: text || undefined })
  }
}

/** Hosted says `signedURL` (`url` for uploads), below /storage/v1; lite says `signedUrl`, with it. */
async function withSignedNames(response) {
  if (!response.ok) return response
  const rename = ({ signedUrl, ...rest }) => {
    if (signedUrl === undefined) return rest
    const address = signedUrl.replace(/^\/storage\/v1/, '') || null
    return { ...rest, signedURL: address, url: address }
  }
  const body = await response.json()
  return Response.json(Array.isArray(body) ? body.map(rename) : rename(body), {
    status: response.status,
  })
}
