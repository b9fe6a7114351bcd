/**
 * libbpf and the few system calls around it, bound through jnr-ffi: object, program, link, map, mapped ring. The only
 * package that imports {@code jnr.ffi}; C functions keep their C names.
 */
package io.skbstream.producer.libbpf;
