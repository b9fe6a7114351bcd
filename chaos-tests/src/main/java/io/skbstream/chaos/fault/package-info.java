/** What can go wrong, one class each: begun and ended at given times. */
package io.skbstream.chaos.fault;
