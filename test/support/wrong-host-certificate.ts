/**
 * A self-signed certificate of the host "wrong.example", valid for a hundred years, and its key: for tests only. Made by
 * `openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 36500 -subj /CN=wrong.example
 * -addext subjectAltName=DNS:wrong.example`.
 */
export const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBoTCCAUegAwIBAgIUJ+dTEbhSEjHJj/afinJyaslvdVwwCgYIKoZIzj0EAwIw
GDEWMBQGA1UEAwwNd3JvbmcuZXhhbXBsZTAgFw0yNjExMjcxNDIwMjJaGA8yMTI2
MTEwMzE0MjAyMlowGDEWMBQGA1UEAwwNd3JvbmcuZXhhbXBsZTBZMBMGByqGSM49
AgEGCCqGSM49AwEHA0IABNDso5h4P0QbBqKE5Ll3DP0VKjT9xG1qaRhTjPTprGcc
9pc9L5ChtMyh5j+PTQ9xnULa3Zxzr6zGPVU6cy/SmZWjbTBrMB0GA1UdDgQWBBSB
lH/0uV4qoTFccfuiRzKxapCPWjAfBgNVHSMEGDAWgBSBlH/0uV4qoTFccfuiRzKx
apCPWjAPBgNVHRMBAf8EBTADAQH/MBgGA1UdEQQRMA+CDXdyb25nLmV4YW1wbGUw
CgYIKoZIzj0EAwIDSAAwRQIhALrqQqs9ZgUhJTPpmO7yMuM4kyV8jN+dwZ7hkcla
gJ9HAiA5/XriaVri6J5/hZy0re9E8r4yEGW0Cb9heS9vIWQODQ==
-----END CERTIFICATE-----
`;

export const KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgRcHYDdt3WDfRm/mm
bDS+IwtfK0fGL2V4K42Ob1yyouyhRANCAATQ7KOYeD9EGwaihOS5dwz9FSo0/cRt
amkYU4z06axnHPaXPS+QobTMoeY/j00PcZ1C2t2cc6+sxj1VOnMv0pmV
-----END PRIVATE KEY-----
`;
